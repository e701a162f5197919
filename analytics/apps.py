from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from analytics.sales import imports as sales
        from feedback_site.imports import registry

        for kind in sales.KINDS:
            registry.register(kind)
