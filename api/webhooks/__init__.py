"""Webhooks: events are sent to those who asked for them (Standard Webhooks 1.0)."""
