"""How gunicorn serves the product; it reads this file by itself when started in this folder."""

import os

wsgi_app = "huaweicrm.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "huaweicrm.serving.DrainingWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
# SIGTERM: the queue is taken in, running requests end; together within twenty seconds.
graceful_timeout = 15
timeout = 60
keepalive = 5
control_socket_disable = True
