"""The keys that the configuration's own tables take."""

from redistui.model.fields import Field, FieldType

ENVIRONMENT_FIELDS = (
    Field("read_only", FieldType.BOOLEAN, "refuse every change", default=False),
    Field("protected", FieldType.BOOLEAN, "ask for the pair's name before every change", default=False),
    Field("require_reason", FieldType.BOOLEAN, "refuse a change without a reason", default=False),
    Field("max_lag_bytes", FieldType.BYTES, "how far behind a replica may be that is promoted"),
    Field("rto_limit_seconds", FieldType.SECONDS, "how long a promotion may stop writes", minimum=0.001),
)
HISTORY_FIELDS = (Field("retention", FieldType.SECONDS, "how long measurements are kept", minimum=60.0),)
BACKUP_FIELDS = (
    Field("folder", FieldType.TEXT, "where backups are kept"),
    Field("keep", FieldType.INTEGER, "how many backups of a pair are kept", minimum=1),
    Field("keep_days", FieldType.INTEGER, "how many days backups are kept", minimum=1),
)
CONSOLE_FIELDS = (
    Field("theme", FieldType.TEXT, "name of a theme"),
    Field("low_bandwidth", FieldType.BOOLEAN, "draw less for slow lines"),
)
JOURNAL_FIELD = Field("journal", FieldType.SECRET, "address of a shared journal")
CONNECTION_FIELDS = (
    Field("type", FieldType.TEXT, "name of an installed provider", required=True, example='"static"'),
    Field("environment", FieldType.TEXT, "name of an environment"),
)
# Verbs that change something, after which commands can run.
HOOKS = tuple(
    f"after_{verb}"
    for verb in (
        "provision", "promote", "rejoin", "drill", "backup", "restore", "restart", "resize", "access", "destroy",
    )
)  # fmt: skip
HOOKS_RUN = ("after_promote",)  # in this release
TOP_LEVEL = ("environments", "providers", "keys", "alerts", "history", "backups", "console", "journal")
