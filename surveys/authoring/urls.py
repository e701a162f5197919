"""Addresses of authoring."""

from django.urls import URLPattern, URLResolver, path

from surveys.authoring import editor_views, exchange_views, question_views, rule_views, translation_views, views

app_name = "authoring"

urlpatterns: list[URLPattern | URLResolver] = [
    path("surveys/", views.SurveyList.as_view(), name="surveys"),
    path("surveys/new/", views.CreateSurvey.as_view(), name="create"),
    path("surveys/new/file/", exchange_views.ImportSurvey.as_view(), name="import"),
    path("surveys/schema.json", exchange_views.schema, name="schema"),
    path("surveys/versions/<int:pk>/export/", exchange_views.export, name="export"),
    path("surveys/<int:pk>/", views.SurveyPage.as_view(), name="survey"),
    path("surveys/<int:pk>/compare/", exchange_views.compare, name="compare"),
    path("surveys/<int:pk>/draft/", views.new_draft, name="draft"),
    path("surveys/versions/<int:pk>/texts/", views.EditTexts.as_view(), name="texts"),
    path("surveys/versions/<int:pk>/translation/", translation_views.Translate.as_view(), name="translation"),
    path("surveys/versions/<int:pk>/translation/texts.<slug:kind>", translation_views.export, name="export_translation"),
    path("surveys/versions/<int:pk>/translation/import/", translation_views.ImportTranslation.as_view(), name="import_translation"),
    path("surveys/versions/<int:pk>/publish/", views.Publish.as_view(), name="publish"),
    path("surveys/versions/<int:pk>/preview/", views.Preview.as_view(), name="preview"),
    path("surveys/versions/<int:pk>/undo/", editor_views.take_back, name="take_back"),
    path("surveys/versions/<int:pk>/questions/", editor_views.questions, name="questions"),
    path("surveys/versions/<int:pk>/questions/new/", question_views.AddQuestion.as_view(), name="add_question"),
    path("surveys/questions/<int:pk>/", question_views.EditQuestion.as_view(), name="question"),
    path("surveys/questions/<int:pk>/move/", question_views.move, name="move_question"),
    path("surveys/questions/<int:pk>/rules/", rule_views.RulesPage.as_view(), name="rules"),
    path("surveys/questions/<int:pk>/rules/remove/", rule_views.remove, name="remove_rule"),
    path("surveys/questions/<int:pk>/delete/", question_views.DeleteQuestion.as_view(), name="delete_question"),
]
