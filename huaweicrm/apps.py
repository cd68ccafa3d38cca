"""Registers the roof with Django."""

from django.apps import AppConfig


class HuaweicrmConfig(AppConfig):
    """The roof: desk, portal, demo data and commands that span floors."""

    name = "huaweicrm"
