"""Demos of the reader elsewhere: share links, previews in chats, frames on other sites, downloads."""
