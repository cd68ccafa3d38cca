"""Pages of the ground floor: about oneself, the outbox, files."""

from django.urls import path

from core import outbox_pages as pages
from core import views

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
    path("files/<int:pk>/", pages.download, name="file_download"),
]
