"""Addresses of ethics review: meeting."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
