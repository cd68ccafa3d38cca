"""Addresses of the relationship floor."""

from django.urls import path

from relationships.views import assess, calendar, entry, grid, interactions, minutes, paper, ratings

urlpatterns = [
    path("grid/", grid.grids, name="grids"),
    path("customers/<int:pk>/grid/", grid.grid_page, name="grid"),
    path("customers/<int:pk>/grid/pdf/", paper.grid_pdf, name="grid_pdf"),
    path("customers/<int:pk>/grid/review/", grid.review, name="grid_review"),
    path("contacts/<int:pk>/grid/", grid.person_page, name="grid_person"),
    path("contacts/<int:pk>/assess/", assess.assess, name="assess"),
    path("grid-assessments/<int:pk>/confirm/", assess.confirm, name="assessment_confirm"),
    path("grid-assessments/<int:pk>/reject/", assess.reject, name="assessment_reject"),
    path("grid-assessments/<int:pk>/revalidate/", assess.revalidate, name="assessment_check"),
    path("contacts/<int:pk>/rounds/new/", ratings.round_new, name="round_new"),
    path("grid-rounds/<int:pk>/", ratings.round_page, name="round"),
    path("grid-rounds/<int:pk>/close/", ratings.round_close, name="round_close"),
    path("grid-rounds/<int:pk>/cancel/", ratings.round_cancel, name="round_cancel"),
    path("interactions/", interactions.interaction_list, name="interactions"),
    path("interactions/new/", entry.interaction_new, name="interaction_new"),
    path("interactions/sync/", entry.sync, name="interaction_sync"),
    path("interactions/book/", entry.book, name="interaction_book"),
    path("interactions/offline/", entry.shell, name="interaction_offline"),
    path("interactions/worker.js", entry.worker, name="interaction_worker"),
    path("interactions/<int:pk>/", interactions.interaction_page, name="interaction"),
    path("interactions/<int:pk>/hold/", interactions.hold, name="interaction_hold"),
    path("interactions/<int:pk>/ticks/", interactions.ticks, name="interaction_ticks"),
    path("calendar/", calendar.month, name="calendar"),
    path("calendar/feed/", calendar.feed, name="calendar_feed"),
    path("calendar/feed/revoke/", calendar.revoke, name="calendar_feed_revoke"),
    path("calendar/<str:token>.ics", calendar.ics, name="calendar_ics"),
    path("minutes/", minutes.minutes_list, name="minutes"),
    path("interactions/<int:pk>/minutes/", minutes.write, name="minutes_write"),
    path("interactions/<int:pk>/minutes/send/", minutes.send, name="minutes_send"),
    path("interactions/<int:pk>/minutes/confirm/", minutes.confirm, name="minutes_confirm"),
    path("interactions/<int:pk>/close/", interactions.close, name="interaction_close"),
    path("interactions/<int:pk>/cancel/", interactions.cancel, name="interaction_cancel"),
]
