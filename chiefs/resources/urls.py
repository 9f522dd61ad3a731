from django.urls import path

from . import views, views_grid, views_red_lines

app_name = "resources"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.register, name="new"),
    path("new/cell/", views_grid.new_cell, name="new_cell"),
    path("new/red-line/", views_red_lines.new_plot, name="new_plot"),
    path("cells/", views_grid.cells, name="cells"),
    path("cells/<slug:code>/", views_grid.cell, name="cell"),
    path("cells/<slug:code>/<slug:name>/", views_grid.cell_step, name="cell_step"),
    path("red-lines/", views_red_lines.plots, name="red_lines"),
    path("red-lines/<slug:code>/", views_red_lines.plot, name="plot"),
    path("red-lines/<slug:code>/<slug:name>/", views_red_lines.plot_step, name="plot_step"),
    path("red-lines/<slug:code>/new/marker/", views_red_lines.new_marker, name="new_marker"),
    path("red-lines/<slug:code>/new/project/", views_red_lines.new_project, name="new_project"),
    path("red-lines/<slug:code>/markers/<slug:number>/", views_red_lines.marker, name="marker"),
    path("red-lines/<slug:code>/markers/<slug:number>/<slug:name>/", views_red_lines.marker_step, name="marker_step"),
    path("projects/", views_red_lines.projects, name="projects"),
    path("projects/<uuid:ref>/", views_red_lines.project, name="project"),
    path("projects/<uuid:ref>/<slug:name>/", views_red_lines.project_move, name="project_move"),
    path("drawings/<uuid:ref>/", views.drawing, name="drawing"),
    path("drawings/<slug:kind>/<str:key>/", views.upload, name="upload"),
    path("segments/<slug:code>/", views.segment, name="segment"),
    path("segments/<slug:code>/line.geojson", views.segment_geometry, name="segment_geometry"),
    path("segments/<slug:code>/divide/", views.divide, name="divide"),
    path("segments/<slug:code>/<slug:name>/", views.segment_step, name="segment_step"),
    path("<uuid:ref>/", views.detail, name="detail"),
    path("<uuid:ref>/line.geojson", views.geometry, name="geometry"),
    path("<uuid:ref>/cut/", views.cut, name="cut"),
    path("<uuid:ref>/<slug:name>/", views.step, name="step"),
]
