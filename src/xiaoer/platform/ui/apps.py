from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "xiaoer.platform.ui"
    label = "xiaoer_ui"
    verbose_name = "页面"

    def ready(self) -> None:
        """Tell refusals, and the sentences of the engines, in the language of the page."""
        from xiaoer.engines.plantext.readers import WARNING_TEXTS
        from xiaoer.engines.supervision.messages import REASON_TEXTS
        from xiaoer.platform import errors, words

        errors.tell_with(words.told)
        words.learn(dict([*REASON_TEXTS.values(), *WARNING_TEXTS.values()]))
