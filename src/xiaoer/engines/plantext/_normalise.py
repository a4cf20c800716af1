"""Views of the text that make matching easy without ever losing an offset.

``normalise`` replaces characters one for one, so that an offset in its result is an offset in the
input. ``Dense`` drops white space, page marks and junk and keeps, for every character that is left,
where it stood. The module knows nothing of measures or owners.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ._model import Span

_TRADITIONAL = (
    "萬與專業叢東絲兩嚴喪個豐臨為麗舉麼義烏樂喬習鄉書買亂爭於虧雲亞產畝親億僅從倉儀們價眾優會傘偉傳傷倫偽體"
    "餘傭俠侶偵側僑儲兒黨蘭關興養獸內岡冊寫軍農馮沖決況凍淨準涼減湊幾鳳憑凱擊鑿劃劉則剛創刪別劇勸辦務動勵勁勞勢"
    "勳勻區醫華協單賣盧衛卻廠廳歷厲壓廁縣參雙發變敘疊號嘆後嚇嗎啟吳員聽咨響問喚嘗團園圍圓國圖聖場壞塊堅壇墳墜"
    "壟墊報塵壯聲殼處備復夠頭誇夾奪奮獎妝婦媽嬌娛學孫寧寶實寵審憲宮寬賓對尋導壽將爾嘗層屬歲島嶺嶽帥師帳帶"
    "幫幣廣莊慶庫應廟廢開異棄張彈強歸當錄徹徑德憂懷態總戀懇惡慣慮憶懲戰戲戶執擴掃揚擾撫拋搶護擔擬攏擁攔擇掛"
    "揮損換據擲擺攝攜敵數斷無舊時曠晝顯曉暫術機殺雜權條來楊極構樞槍標棧棟欄樹樣檔橋橫檢樓歡歐殘殲毀畢氣漢湯"
    "溝沒滅潤滬澤潔濟測渾濃濤淚溫灣濕滯滿濾漁漲熱煙災爐點煉燦燒愛爺牽犧狀猶獨獄獲獵環現瑪瓊畫暢電療監蓋盤礦碼"
    "確禮禍離種積稱穩窮竊競筆築簡箋簽籃籌類糧糾紀約級紅純納紛紙紡細組終紹經結給絡絕統繼績續維綱網綠緩編緣線練"
    "緊縣縮總織繞繪繳纖罰羅職聯聰肅腦膽勝脅腳臟臨艦艱藝節範薦藥蘇葉蔣虛蟲蠟補裝製複襲見規視覽覺觀觸計訂討讓訓"
    "議記講許論設訪證評識訴診詞試詩誠話該詳誤說請諸課調談謀謝謠譯護讀豬貝負財責賢敗貨質販貪貫貯貿費貼賀賃資賬賽"
    "贊贈趕趙趨躍車軌軟轉輪輕載較輔輛輸邊達遷過運還這進遠違連遲適選遞郵鄰醬釋釐針釘鉛銀銅鋼錢錯鍵鎖鎮鏈鐵鑒長門"
    "閉問閃閑間閘閱闊隊陽陰際陸陳險隨隱難雞靈靜韓頁頂項順須預領頻題額顆願風飛飯飲飽館驅駐駕驗騙驚體魚鮮鳥黃齊齡"
    "龍佈係隻採註佔啓裡迴製徵範營臺並併銜銷轄協詢賠償績擬簽櫃檯閒緻隸緒競賴輯辭鄧鈔銘鋪鍛閣陣駛鬥麥廚憑捨滬瀏濱蘊潛嚮剝剷"
    "綜認屆遼蹤壘階撐託縫錦粵脫峽鍋幹桿誌樸貢獻鞏礎顧購債賦賺貸碩劑滲漸潑瀕灑盡矯礙稅穀窪紮綫罷膚艙薈蕪衝誘諮諧謹譽贏跡蹟踐軸輿釀鋒鋁錫鎳鑄閥闖陝隴霧頒頓飼驛騰髮鬆鹽麵儉兌劍匯滙彙塢夥奧彌懸掙擠攤曬氫滾澆灘"
    "燈稈篩聞膠蒼蓮蕩藍蘋訊語誰諾謂譜貧貴賞踴遊遺鐘鑑貶賜賒頃飄驟鴻鵬鶴齒龐傾凈剋勛匱厭囑墻嬰寢屜嶄巋幀廈弒恆悅慘懶戧捲搖擱擰攬斃斬暈曆朧枴棗榮槳檸櫻歿毆氈汙潰澀瀉烴燙爛牆犢猙獅璽瓏甕疇癥皺盜盪睜碭磚礫秈稜"
    "竄筍糴紐紳綁綴緘緝縱纜羋聾脹臘艷莢莧蕭薑蝕螞蠻褲覓觴訛詐詠諜謎譴讒豎貳賈賊贖躋軀輝轎轟迳逕遜鄭醜釣鈣鈉鉀鋰鈷錳鎂鋅鏟鑽闡隕雖霽韋頸顛餅饋饒馭駿髒鬱鮑鯉鰻鴨鵝鷹黴衆羣爲麽産裏説搆牀覈竪濰瀋滄漣瀘灤鄖棲濼"
    "潁滎鄲贛閩"
)
_SIMPLIFIED = (
    "万与专业丛东丝两严丧个丰临为丽举么义乌乐乔习乡书买乱争于亏云亚产亩亲亿仅从仓仪们价众优会伞伟传伤伦伪体"
    "余佣侠侣侦侧侨储儿党兰关兴养兽内冈册写军农冯冲决况冻净准凉减凑几凤凭凯击凿划刘则刚创删别剧劝办务动励劲劳势"
    "勋匀区医华协单卖卢卫却厂厅历厉压厕县参双发变叙叠号叹后吓吗启吴员听咨响问唤尝团园围圆国图圣场坏块坚坛坟坠"
    "垄垫报尘壮声壳处备复够头夸夹夺奋奖妆妇妈娇娱学孙宁宝实宠审宪宫宽宾对寻导寿将尔尝层属岁岛岭岳帅师帐带"
    "帮币广庄庆库应庙废开异弃张弹强归当录彻径德忧怀态总恋恳恶惯虑忆惩战戏户执扩扫扬扰抚抛抢护担拟拢拥拦择挂"
    "挥损换据掷摆摄携敌数断无旧时旷昼显晓暂术机杀杂权条来杨极构枢枪标栈栋栏树样档桥横检楼欢欧残歼毁毕气汉汤"
    "沟没灭润沪泽洁济测浑浓涛泪温湾湿滞满滤渔涨热烟灾炉点炼灿烧爱爷牵牺状犹独狱获猎环现玛琼画畅电疗监盖盘矿码"
    "确礼祸离种积称稳穷窃竞笔筑简笺签篮筹类粮纠纪约级红纯纳纷纸纺细组终绍经结给络绝统继绩续维纲网绿缓编缘线练"
    "紧县缩总织绕绘缴纤罚罗职联聪肃脑胆胜胁脚脏临舰艰艺节范荐药苏叶蒋虚虫蜡补装制复袭见规视览觉观触计订讨让训"
    "议记讲许论设访证评识诉诊词试诗诚话该详误说请诸课调谈谋谢谣译护读猪贝负财责贤败货质贩贪贯贮贸费贴贺赁资账赛"
    "赞赠赶赵趋跃车轨软转轮轻载较辅辆输边达迁过运还这进远违连迟适选递邮邻酱释厘针钉铅银铜钢钱错键锁镇链铁鉴长门"
    "闭问闪闲间闸阅阔队阳阴际陆陈险随隐难鸡灵静韩页顶项顺须预领频题额颗愿风飞饭饮饱馆驱驻驾验骗惊体鱼鲜鸟黄齐龄"
    "龙布系只采注占启里回制征范营台并并衔销辖协询赔偿绩拟签柜台闲致隶绪竞赖辑辞邓钞铭铺锻阁阵驶斗麦厨凭舍沪浏滨蕴潜向剥铲"
    "综认届辽踪垒阶撑托缝锦粤脱峡锅干杆志朴贡献巩础顾购债赋赚贷硕剂渗渐泼濒洒尽矫碍税谷洼扎线罢肤舱荟芜冲诱咨谐谨誉赢迹迹践轴舆酿锋铝锡镍铸阀闯陕陇雾颁顿饲驿腾发松盐面俭兑剑汇汇汇坞伙奥弥悬挣挤摊晒氢滚浇滩"
    "灯秆筛闻胶苍莲荡蓝苹讯语谁诺谓谱贫贵赏踊游遗钟鉴贬赐赊顷飘骤鸿鹏鹤齿庞倾净克勋匮厌嘱墙婴寝屉崭岿帧厦弑恒悦惨懒戗卷摇搁拧揽毙斩晕历胧拐枣荣桨柠樱殁殴毡污溃涩泻烃烫烂墙犊狰狮玺珑瓮畴症皱盗荡睁砀砖砾籼棱"
    "窜笋籴纽绅绑缀缄缉纵缆芈聋胀腊艳荚苋萧姜蚀蚂蛮裤觅觞讹诈咏谍谜谴谗竖贰贾贼赎跻躯辉轿轰径径逊郑丑钓钙钠钾锂钴锰镁锌铲钻阐陨虽霁韦颈颠饼馈饶驭骏脏郁鲍鲤鳗鸭鹅鹰霉众群为么产里说构床核竖潍沈沧涟泸滦郧栖泺"
    "颍荥郸赣闽"
)


SIMPLER = {ord(old): new for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in range(0xFF01, 0xFF5F):
        table[code] = chr(code - 0xFEE0)
    for code in [*range(0x2F00, 0x2FD6), *range(0x2E80, 0x2EF4), *range(0xF900, 0xFB00)]:
        form = unicodedata.normalize("NFKC", chr(code))
        if len(form) == 1:
            table[code] = form
    table.update(SIMPLER)
    punctuation = {
        "(": "（", ")": "）", "（": "（", "）": "）", "﹙": "（", "﹚": "）",
        "[": "〔", "]": "〕", "［": "〔", "］": "〕", "【": "〔", "】": "〕", "〖": "〔", "〗": "〕",
        "{": "〔", "}": "〕", "｛": "〔", "｝": "〕",
        ",": "，", "，": "，", ":": "：", "：": "：", "﹕": "：", "∶": "：", ";": "；", "；": "；",
        "?": "？", "？": "？", "!": "！", "！": "！", "｡": "。", "､": "、", "．": ".", "﹒": ".",
        "–": "-", "−": "-", "－": "-", "‐": "-", "‑": "-", "─": "—", "―": "—",
        "\u3000": " ", "\xa0": " ", "\ufeff": " ", "\u200b": " ", "\u200c": " ", "\u200d": " ",
        "\u2060": " ", "\xad": " ", "\t": "\t",
    }  # fmt: skip
    for old, new in punctuation.items():
        table[ord(old)] = new
    for code in [*range(0x2000, 0x200B), 0x202F, 0x205F, 0xE5E5]:
        table[code] = " "
    return table


_TABLE = _table()

LINE_BREAKS = "\n\r\f\v\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(f"[^{LINE_BREAKS}]+")
_RUN = re.compile(r"\S+")
_INLINE_PAGE = re.compile(
    r"(?<=[\u4e00-\u9fff，、。；：）〕”])[ ]*[—-][ ]{1,3}\d{1,4}[ ]{1,3}[—-][ ]*(?=[\u4e00-\u9fff，、。；（〔“0-9])"
)


def normalise(text: str) -> str:
    """Return ``text`` with fullwidth, compatibility and traditional forms replaced one for one.

    The result has the same length. Brackets become （） or 〔〕, sentence marks the Chinese ones,
    digits and letters the ASCII ones.
    """
    return text.translate(_TABLE)


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line that holds more than white space; ``start`` and ``end`` are trimmed."""

    start: int
    end: int
    indent: int


def physical_lines(norm: str) -> list[Line]:
    """Return the non-blank lines of a normalised text, trimmed, with their indent."""
    lines = []
    for match in _LINE.finditer(norm):
        body = match.group()
        left = body.lstrip()
        if left:
            start = match.start() + len(body) - len(left)
            lines.append(Line(start, match.start() + len(body.rstrip()), start - match.start()))
    return lines


@dataclass(frozen=True, slots=True)
class Dense:
    """The text without white space and without what was cut; ``at[i]`` is the input offset of ``text[i]``.

    ``lines`` holds the dense ``[start, end)`` of each kept physical line, in order, and ``sources``
    the line itself; ``starts`` are the dense offsets at which a line begins.
    """

    raw: str
    text: str
    at: Sequence[int]
    lines: tuple[Span, ...]
    sources: tuple[Line, ...]
    starts: frozenset[int]

    def span(self, start: int, end: int) -> Span:
        """Return the input span of a non-empty dense range."""
        return self.at[start], self.at[end - 1] + 1

    def printed(self, start: int, end: int) -> str:
        """Return a dense range as it is printed, without white space except between Latin words."""
        out: list[str] = []
        last = -1
        for offset in self.at[start:end]:
            char = self.raw[offset]
            if (
                last >= 0
                and offset > last + 1
                and char.isascii()
                and char.isalnum()
                and self.raw[last].isascii()
                and self.raw[last].isalpha()
            ):
                out.append(" ")
            out.append(char)
            last = offset
        return "".join(out)

    def index(self, offset: int) -> int:
        """Return the dense index of the first kept character at or after an input offset."""
        return bisect_left(self.at, offset)


def squeeze(raw: str, norm: str, lines: Iterable[Line]) -> Dense:
    """Build the dense view of the given lines; page marks inside a line are left out."""
    at = array("l")
    parts: list[str] = []
    spans: list[Span] = []
    kept: list[Line] = []
    for line in lines:
        begin = len(at)
        for start, end in _without_page_marks(norm, line):
            for match in _RUN.finditer(norm, start, end):
                at.extend(range(match.start(), match.end()))
                parts.append(match.group())
        if len(at) > begin:
            spans.append((begin, len(at)))
            kept.append(line)
    starts = frozenset(start for start, _ in spans)
    return Dense(raw, "".join(parts), at, tuple(spans), tuple(kept), starts)


def _without_page_marks(norm: str, line: Line) -> list[Span]:
    pieces = []
    start = line.start
    if "—" in norm[line.start : line.end] or "- " in norm[line.start : line.end]:
        for match in _INLINE_PAGE.finditer(norm, line.start, line.end):
            pieces.append((start, match.start()))
            start = match.end()
    pieces.append((start, line.end))
    return pieces
