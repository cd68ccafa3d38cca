"""Addresses of projects, expectations and confirmation forms."""

from django.urls import path, re_path

from expectations.views import form, item, project, verify

urlpatterns = [
    path("projects/", project.project_list, name="project_list"),
    path("projects/new/", project.new_project, name="new_project"),
    path("projects/<int:pk>/", project.project_page, name="project"),
    path("projects/<int:pk>/edit/", project.edit_project, name="edit_project"),
    path("projects/<int:pk>/team/", project.team, name="project_team"),
    path("projects/<int:pk>/items/add/", item.add_lines, name="add_items"),
    path("projects/<int:pk>/matrix/", item.matrix, name="matrix"),
    path("projects/<int:pk>/form/", form.new_form, name="new_form"),
    re_path(
        r"^projects/(?P<pk>[0-9]{1,18})/(?P<verb>start|resume|hand-in|begin-warranty|close)/$",
        project.step,
        name="project_step",
    ),
    re_path(
        r"^projects/(?P<pk>[0-9]{1,18})/(?P<verb>start-early|renew-early|hold|cancel)/$",
        project.reasoned,
        name="project_reasoned",
    ),
    path("expectation-items/", item.item_list, name="item_list"),
    path("expectation-items/<int:pk>/", item.item_page, name="item"),
    path("expectation-items/<int:pk>/verdict/", item.verdict, name="item_verdict"),
    path("expectation-items/<int:pk>/drop/", item.drop, name="item_drop"),
    path("expectation-items/<int:pk>/decide/", item.decide, name="item_decide"),
    path("confirmation-forms/", form.form_list, name="form_list"),
    path("confirmation-forms/<int:pk>/", form.form_page, name="form"),
    path("confirmation-forms/<int:pk>/pdf/", form.form_pdf, name="form_pdf"),
    path("confirmation-forms/<int:pk>/edit/", form.edit_form, name="edit_form"),
    path("confirmation-forms/<int:pk>/submit/", form.submit, name="form_submit"),
    path("confirmation-forms/<int:pk>/approve/", form.approve, name="form_approve"),
    path("confirmation-forms/<int:pk>/take-back/", form.take_back, name="form_take_back"),
    path("confirmation-forms/<int:pk>/send/", form.send, name="form_send"),
    path("confirmation-forms/<int:pk>/withdraw/", form.withdraw, name="form_withdraw"),
    path("confirmation-forms/<int:pk>/countersign/", form.countersign, name="form_countersign"),
    path("confirmation-forms/<int:pk>/record/", form.record, name="form_record"),
    path(
        "confirmation-forms/<int:pk>/check/<int:recorded>/<str:answer>/",
        form.check,
        name="form_check",
    ),
    path("verify/", verify.verify_start, name="verify_start"),
    path("verify/<str:key>/", verify.verify, name="verify"),
]
