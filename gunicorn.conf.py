"""What gunicorn reads when it is started in this folder, or with --config: `gunicorn config.wsgi`."""

logger_class = "config.weblogs.WebLogs"
# It would open a control socket in the home of whoever starts it.
control_socket_disable = True
