from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from feedback_site.imports import registry
        from surveys.collection import imports as collection
        from surveys.customers import imports as customers
        from surveys.distribution import imports as distribution

        for kind in (*customers.KINDS, *distribution.KINDS, *collection.KINDS):
            registry.register(kind)
