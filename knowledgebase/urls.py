"""The addresses of the help center."""

from django.urls import path

from knowledgebase import views

app_name = "help"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("<slug:category_slug>/", views.category, name="category"),
    path("<slug:category_slug>/<slug:article_slug>/", views.article, name="article"),
]
