"""The settings of a Docker connection, as its configuration declares them."""

from redistui.model.fields import Field, FieldType

_ENGINE_TLS = (
    Field("ca", FieldType.TEXT, "file with the authorities to trust", example="ca.pem"),
    Field("certificate", FieldType.TEXT, "file with the client certificate", example="cert.pem"),
    Field("key", FieldType.TEXT, "file with the client certificate's key", example="key.pem"),
    Field("verify", FieldType.BOOLEAN, "check the engine's certificate", default=True),
)

_REDIS_TLS = (
    Field("ca", FieldType.TEXT, "file with the authorities to trust; without it the system's", example="ca.pem"),
    Field("certificate", FieldType.TEXT, "file with the client certificate", example="client.pem"),
    Field("key", FieldType.TEXT, "file with the client certificate's key", example="client.key"),
    Field("server_name", FieldType.TEXT, "name the server's certificate must have, where it is not the host's"),
    Field("verify", FieldType.BOOLEAN, "check the server's certificate", default=True),
)

_PAIR = (
    Field("name", FieldType.TEXT, "name of the pair, as `redistui pairs` shows it", required=True, example='"orders"'),
    Field("username", FieldType.TEXT, "ACL user; without it the default user"),
    Field("password", FieldType.SECRET, "where the password is kept", example='{ env = "ORDERS_PASSWORD" }'),
    Field("redis_tls", FieldType.TABLE, "speak TLS with its servers", fields=_REDIS_TLS),
)

FIELDS = (
    Field(
        "host",
        FieldType.TEXT,
        "the engine: unix:///path or tcp://host:port; without it DOCKER_HOST, else the socket of this machine",
        example='"tcp://10.0.0.5:2376"',
    ),
    Field("tls", FieldType.TABLE, "speak TLS with the engine", fields=_ENGINE_TLS, example='{ ca = "ca.pem" }'),
    Field("username", FieldType.TEXT, "ACL user of all pairs; without it the default user"),
    Field(
        "password",
        FieldType.SECRET,
        "where the password is kept, for servers whose container does not tell it",
        example='{ env = "REDIS_PASSWORD" }',
    ),
    Field("redis_tls", FieldType.TABLE, "speak TLS with the servers of all pairs", fields=_REDIS_TLS),
    Field("pairs", FieldType.TABLES, "pairs that need a login of their own", fields=_PAIR),
)
