"""Addresses of commitments, milestones, risks, notices and weekly reports."""

from django.urls import path

from expectations.views import commitment, inbox, milestone, notice, portal_delivery, report, risk

urlpatterns = [
    path("projects/<int:pk>/risks/new/", risk.risk_new, name="risk_new"),
    path("projects/<int:pk>/risks/preview/", risk.risk_preview, name="risk_preview"),
    path("risks/", risk.risk_list, name="risk_list"),
    path("risks/<int:pk>/", risk.risk, name="risk"),
    path("risks/<int:pk>/edit/", risk.risk_edit, name="risk_edit"),
    path("risks/<int:pk>/move-impact/", risk.risk_move, name="risk_move"),
    path("risks/<int:pk>/occur/", risk.risk_occur, name="risk_occur"),
    path("risks/<int:pk>/mitigate/", risk.risk_mitigate, name="risk_mitigate"),
    path("risks/<int:pk>/close/", risk.risk_close, name="risk_close"),
    path("risks/<int:pk>/accept/", risk.risk_accept, name="risk_accept"),
    path("customer-notices/", notice.notice_list, name="notice_list"),
    path("customer-notices/<int:pk>/", notice.notice, name="notice"),
    path("customer-notices/<int:pk>/draft/", notice.notice_draft, name="notice_draft"),
    path("customer-notices/<int:pk>/approve/", notice.notice_approve, name="notice_approve"),
    path(
        "customer-notices/<int:pk>/except-alternative/",
        notice.notice_except,
        name="notice_except",
    ),
    path("customer-notices/<int:pk>/send/", notice.notice_send, name="notice_send"),
    path("customer-notices/<int:pk>/told-by-phone/", notice.notice_call, name="notice_call"),
    path(
        "customer-notices/<int:pk>/calls/<int:record>/confirm/",
        notice.notice_confirm_call,
        name="notice_confirm_call",
    ),
    path("customer-notices/<int:pk>/settle/", notice.notice_settle, name="notice_settle"),
    path("customer-notices/<int:pk>/verdict/", notice.notice_verdict, name="notice_verdict"),
    path("weekly-reports/", report.report_list, name="report_list"),
    path("weekly-reports/<int:pk>/", report.report, name="report"),
    path("weekly-reports/<int:pk>/autosave/", report.report_autosave, name="report_autosave"),
    path("weekly-reports/<int:pk>/submit/", report.report_submit, name="report_submit"),
    path(
        "weekly-reports/<int:pk>/acknowledge/",
        report.report_acknowledge,
        name="report_acknowledge",
    ),
    path("weekly-reports/<int:pk>/return/", report.report_return, name="report_return"),
    path("weekly-reports/<int:pk>/publish/", report.report_publish, name="report_publish"),
    path("weekly-reports/<int:pk>/withdraw/", report.report_withdraw, name="report_withdraw"),
    path("weekly-reports/<int:pk>/text/", report.report_text, name="report_text"),
    path("projects/<int:pk>/commitments/new/", commitment.commitment_new, name="commitment_new"),
    path(
        "customers/<int:pk>/commitments/new/",
        commitment.customer_commitment_new,
        name="customer_commitment_new",
    ),
    path("commitments/", commitment.commitment_list, name="commitment_list"),
    path("commitments/inbox/", inbox.promise_inbox, name="promise_inbox"),
    path("commitments/<int:pk>/", commitment.commitment, name="commitment"),
    path(
        "commitments/<int:pk>/confirm-capacity/",
        commitment.commitment_confirm,
        name="commitment_confirm",
    ),
    path("commitments/<int:pk>/meet/", commitment.commitment_meet, name="commitment_meet"),
    path("commitments/<int:pk>/miss/", commitment.commitment_miss, name="commitment_miss"),
    path("commitments/<int:pk>/explain/", commitment.commitment_explain, name="commitment_explain"),
    path("commitments/<int:pk>/move/", commitment.commitment_move, name="commitment_move"),
    path("commitments/<int:pk>/replace/", commitment.commitment_replace, name="commitment_replace"),
    path(
        "commitments/<int:pk>/withdraw/", commitment.commitment_withdraw, name="commitment_withdraw"
    ),
    path("projects/<int:pk>/milestones/new/", milestone.milestone_new, name="milestone_new"),
    path("milestones/<int:pk>/forecast/", milestone.milestone_forecast, name="milestone_forecast"),
    path("milestones/<int:pk>/done/", milestone.milestone_done, name="milestone_done"),
    path("milestones/<int:pk>/miss/", milestone.milestone_miss, name="milestone_miss"),
    path("portal/notices/", portal_delivery.notice_list, name="portal_notice_list"),
    path("portal/notices/<int:pk>/", portal_delivery.notice, name="portal_notice"),
    path(
        "portal/notices/<int:pk>/acknowledge/",
        portal_delivery.notice_acknowledge,
        name="portal_notice_acknowledge",
    ),
    path("portal/weekly-reports/", portal_delivery.report_list, name="portal_report_list"),
    path("portal/weekly-reports/<int:pk>/", portal_delivery.report, name="portal_report"),
]
