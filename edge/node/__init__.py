"""What runs around the watcher on a camera node: events and files to central, commands, health, live view."""
