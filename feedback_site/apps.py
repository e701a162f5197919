from django.apps import AppConfig


class FeedbackSiteConfig(AppConfig):
    name = "feedback_site"
    verbose_name = "Access and imports"

    def ready(self) -> None:
        from feedback_site.access import audit

        audit.register_models()
