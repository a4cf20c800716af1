"""The slice's part of the API: :data:`router` is what the kernel mounts."""

from xiaoer.slices.plans.api.routes import router

__all__ = ["router"]
