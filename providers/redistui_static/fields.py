"""The settings of a static connection, as its configuration declares them."""

from redistui.model.fields import Field, FieldType

_TLS = (
    Field("ca", FieldType.TEXT, "file with the authorities to trust; without it the system's", example="ca.pem"),
    Field("certificate", FieldType.TEXT, "file with the client certificate", example="client.pem"),
    Field("key", FieldType.TEXT, "file with the client certificate's key", example="client.key"),
    Field("server_name", FieldType.TEXT, "name the server's certificate must have, where it is not the host's"),
    Field("verify", FieldType.BOOLEAN, "check the server's certificate", default=True),
)

_COMMANDS = tuple(
    Field(name, FieldType.LIST, f"command that {does}; {{host}} and {{port}} stand for the node's", example=example)
    for name, does, example in (
        ("start", "starts a node", '["ssh", "{host}", "systemctl", "start", "redis"]'),
        ("stop", "stops a node", '["ssh", "{host}", "systemctl", "stop", "redis"]'),
        ("restart", "restarts a node", '["ssh", "{host}", "systemctl", "restart", "redis"]'),
        ("fence", "makes sure that a node stays down", '["ssh", "{host}", "systemctl", "mask", "--now", "redis"]'),
        ("unfence", "allows it to start again", '["ssh", "{host}", "systemctl", "unmask", "redis"]'),
        (
            "place",
            "copies {file} to where the node reads it at its start",
            '["scp", "{file}", "{host}:/var/lib/redis/"]',
        ),
        ("fetch", "copies the node's snapshot to {file}", '["scp", "{host}:/var/lib/redis/dump.rdb", "{file}"]'),
        (
            "logs",
            "prints the newest {lines} log lines",
            '["ssh", "{host}", "journalctl", "-u", "redis", "-n", "{lines}"]',
        ),
    )
)

_PEERS = (
    Field("address", FieldType.ADDRESS, "address as redistui reaches it", required=True, example="127.0.0.1:7001"),
    Field("peer", FieldType.ADDRESS, "address as the other nodes reach it", required=True, example="10.0.0.5:6379"),
)

_PAIR = (
    Field("name", FieldType.TEXT, "name of the pair", required=True, example='"orders"'),
    Field("primary", FieldType.ADDRESS, "address of the primary", required=True, example='"10.0.0.5:6379"'),
    Field("replicas", FieldType.ADDRESSES, "addresses of the replicas", example='["10.0.0.6:6379"]'),
    Field("username", FieldType.TEXT, "ACL user; without it the default user"),
    Field("password", FieldType.SECRET, "where the password is kept", example='{ env = "ORDERS_PASSWORD" }'),
    Field("tls", FieldType.TABLE, "speak TLS", fields=_TLS, example='{ ca = "ca.pem" }'),
    Field("discover", FieldType.BOOLEAN, "find further nodes by asking Redis who replicates from whom", default=False),
    Field("peers", FieldType.TABLES, "nodes that their peers reach under another address", fields=_PEERS),
    Field("commands", FieldType.TABLE, "what a bare address cannot do", fields=_COMMANDS),
    Field("write_endpoint", FieldType.ADDRESS, "address that applications write to, where it is not the primary's"),
    Field("read_endpoint", FieldType.ADDRESS, "address that applications read from"),
    Field("place", FieldType.TEXT, "where it runs, in your words", example='"rack 7"'),
    Field("labels", FieldType.LIST, "labels to filter by", example='["team=orders"]'),
)

FIELDS = (Field("pairs", FieldType.TABLES, "the pairs, one table each", required=True, fields=_PAIR),)
