from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from analytics.linkage.audience import by_revenue
        from analytics.sales import imports as sales
        from analytics.text.search.find import matching
        from feedback_site.imports import registry
        from surveys.collection import searching
        from surveys.distribution import facts

        for kind in sales.KINDS:
            registry.register(kind)
        facts.FACTS[facts.REVENUE] = by_revenue
        searching.SEARCHES[searching.TEXTS] = matching
