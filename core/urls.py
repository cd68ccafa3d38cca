"""Pages of the ground floor: about oneself, the outbox, files."""

from django.urls import path, re_path

from core import outbox_pages as pages
from core import views
from core.custom import pages as custom
from core.lists import pages as lists
from core.lists import work_pages as work

urlpatterns = [
    path("me/", views.profile, name="me"),
    path("me/notifications/", views.quiet, name="me_notifications"),
    path("me/notifications/channels/new/", views.add_channel, name="channel_new"),
    path("me/notifications/channels/<int:pk>/remove/", views.remove_channel, name="channel_remove"),
    path("me/notifications/channels/<int:pk>/test/", views.test_channel, name="channel_test"),
    path("me/tokens/", views.tokens, name="me_tokens"),
    path("me/tokens/new/", views.new_token, name="token_new"),
    path("me/tokens/<int:pk>/revoke/", views.revoke_token, name="token_revoke"),
    path("notifications/", views.inbox, name="notifications"),
    path("notifications/read/", views.read_all, name="notifications_read"),
    path("notifications/<int:pk>/read/", views.read_notification, name="notification_read"),
    path("outbox/", pages.outbox_list, name="outbox"),
    path("outbox/<int:pk>/", pages.outbox_message, name="outbox_message"),
    path("outbox/<int:pk>/retry/", pages.outbox_retry, name="outbox_retry"),
    path("outbox/<int:pk>/release/", pages.outbox_release, name="outbox_release"),
    path("lists/<slug:key>/around/<int:pk>/", lists.record_neighbours, name="neighbours"),
    path("lists/<slug:key>/views/new/", lists.view_new, name="view_new"),
    path("lists/<slug:key>/export/", work.export, name="list_export"),
    path("lists/<slug:key>/bulk/", work.change_many, name="list_bulk"),
    path("own-fields/<str:entity>/<int:pk>/", custom.extras_page, name="extras"),
    path("own-fields/<str:entity>/<int:pk>/edit/", custom.extras_edit, name="extras_edit"),
    path("settings/fields/", custom.field_list, name="fields"),
    path("settings/fields/new/", custom.field_new, name="field_new"),
    path("settings/fields/<int:pk>/edit/", custom.field_edit, name="field_edit"),
    re_path(
        r"^settings/fields/(?P<pk>[0-9]{1,18})/(?P<step>retire|reinstate|delete)/$",
        custom.field_step,
        name="field_step",
    ),
    path("jobs/", work.job_list, name="jobs"),
    path("jobs/<int:pk>/", work.job, name="job"),
    path("jobs/<int:pk>/cancel/", work.job_cancel, name="job_cancel"),
    path("jobs/<int:pk>/undo/", work.job_undo, name="job_undo"),
    path("list-views/<int:pk>/edit/", lists.view_edit, name="view_edit"),
    path("list-views/<int:pk>/delete/", lists.view_remove, name="view_remove"),
    path("list-views/<int:pk>/restore/", lists.view_restore, name="view_restore"),
    path("list-views/<int:pk>/default/", lists.view_choose, name="view_choose"),
    path("files/<int:pk>/", pages.download, name="file_download"),
]
