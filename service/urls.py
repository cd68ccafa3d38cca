"""Addresses of the pages about tickets."""

from django.urls import path

from service.views import calls, portal, steps, tickets, voices

urlpatterns = [
    path("tickets/", tickets.ticket_list, name="ticket_list"),
    path("tickets/new/", tickets.ticket_new, name="ticket_new"),
    path("tickets/<int:pk>/", tickets.ticket, name="ticket"),
    path("tickets/<int:pk>/edit/", tickets.ticket_edit, name="ticket_edit"),
    path("tickets/<int:pk>/clocks/", tickets.ticket_clocks, name="ticket_clocks"),
    *[
        path(f"tickets/<int:pk>/{verb}/", steps.step, {"verb": verb}, name=f"ticket_{verb}")
        for verb in steps.STEPS
    ],
    path("escalations/<int:pk>/acknowledge/", calls.acknowledge, name="escalation_acknowledge"),
    path("bulletins/<int:pk>/send/", calls.send_bulletin, name="bulletin_send"),
    path("breaches/<int:pk>/reason/", calls.breach_reason, name="breach_reason"),
    path("voc-items/", voices.voice_list, name="voices"),
    path("voc-items/<int:pk>/", voices.voice_page, name="voice"),
    path("voc-items/<int:pk>/take-up/", voices.take_up, name="voice_take_up"),
    path("voc-items/<int:pk>/set-aside/", voices.set_aside, name="voice_set_aside"),
    path("portal/tickets/", portal.ticket_list, name="portal_tickets"),
    path("portal/tickets/new/", portal.ticket_new, name="portal_ticket_new"),
    path("portal/tickets/<int:pk>/", portal.ticket, name="portal_ticket"),
    path("portal/tickets/<int:pk>/confirm/", portal.ticket_confirm, name="portal_ticket_confirm"),
    path("portal/tickets/<int:pk>/reject/", portal.ticket_reject, name="portal_ticket_reject"),
    path("portal/tickets/<int:pk>/message/", portal.ticket_message, name="portal_ticket_message"),
]
