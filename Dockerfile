# The whole bot and each of its parts; the database's address and Slack's tokens come from the environment or /run/secrets.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY scrapers scrapers
COPY settings settings
RUN python -m venv /app
RUN /app/bin/pip install --no-cache-dir --quiet '.[postgres,metrics,oauth,charts]'

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home pactbot && install --directory --owner 10001 /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=3000
# Nothing is written but SQLite's file, which stands in /data; with PostgreSQL the file system may be read-only.
WORKDIR /data
USER 10001
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["pactbot", "run"]
