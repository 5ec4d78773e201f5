"""The commands by name and one line of help, so that help and completion load none of them."""

COMMANDS = {
    "connect": "Open the console on one pair, by address.",
    "demo": "Start real pairs on this machine, with a sample load, and open the console on them.",
    "pairs": "List every pair of every configured provider.",
    "show": "Tell all that is known of one pair.",
    "logs": "Print the newest log lines of a pair's nodes.",
    "check": "Say whether a pair is healthy; exit code 0 if it is, 1 if not.",
    "watch": "Print one line a pair a second.",
    "start": "Start the stopped nodes of a pair.",
    "provision": "Make a new pair.",
    "promote": "Make a replica the primary, without losing a write.",
    "rejoin": "Bring a node back as a replica after a failover.",
    "resolve": "End a split brain: keep one side, set the other one's data aside.",
    "restart": "Restart a node, or the pair node by node.",
    "drill": "Rehearse a switchover, a crash, a hang or a lost replica, measured as a client sees it.",
    "destroy": "End a pair for good, with its data.",
    "unpause": "End a write pause of a pair's primary.",
    "operations": "List, follow, resume or roll back what was changed; verify the journal.",
    "providers": "List what is installed and configured, and what each can do.",
    "config": "Find, check or show the configuration.",
    "completion": "Print the completion script of a shell.",
}
