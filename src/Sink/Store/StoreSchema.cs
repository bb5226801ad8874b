namespace Thrum.Sink.Store;

/// <summary>The tables of the local store.</summary>
internal static class StoreSchema
{
    /// <summary>"Thrm".</summary>
    private const int ApplicationId = 0x5468726D;

    private static readonly string[] Steps =
    [
        // Rows with blobs keep their rowid, which SQLite advises for large rows. History is deleted by rowid, oldest written first.
        """
        CREATE TABLE outbox (
          destination TEXT NOT NULL, sequence INTEGER NOT NULL, created_unix_ms INTEGER NOT NULL, points INTEGER NOT NULL,
          identity TEXT NOT NULL, body BLOB NOT NULL);
        CREATE UNIQUE INDEX outbox_order ON outbox (destination, sequence);

        CREATE TABLE alarm_transition (
          id BLOB NOT NULL, machine TEXT NOT NULL, sensor TEXT NOT NULL, axis TEXT NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL,
          event_unix_ns INTEGER NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL, metric TEXT NOT NULL, value REAL, threshold REAL,
          diagnosis TEXT NOT NULL, message TEXT NOT NULL, written_unix_s INTEGER NOT NULL);
        CREATE UNIQUE INDEX alarm_transition_id ON alarm_transition (id);
        CREATE INDEX alarm_transition_time ON alarm_transition (event_unix_ns);
        CREATE INDEX alarm_transition_axis ON alarm_transition (machine, sensor, axis, event_unix_ns);

        CREATE TABLE score_series (
          id INTEGER PRIMARY KEY, machine TEXT NOT NULL, sensor TEXT NOT NULL, axis TEXT NOT NULL, scorer TEXT NOT NULL,
          UNIQUE (machine, sensor, axis, scorer));
        CREATE TABLE score_history (
          series INTEGER NOT NULL, bucket_unix_ns INTEGER NOT NULL, windows INTEGER NOT NULL, scored INTEGER NOT NULL, score_max REAL,
          score_sum REAL NOT NULL, p_min REAL, threshold REAL, state TEXT NOT NULL, status TEXT NOT NULL, last_unix_ns INTEGER NOT NULL,
          written_unix_s INTEGER NOT NULL, run INTEGER NOT NULL);
        CREATE UNIQUE INDEX score_history_bucket ON score_history (series, bucket_unix_ns);
        """,

        // The number of the last commit tells whether one that failed reached the disk. A state of '' is the shards' common sequence.
        """
        CREATE TABLE last_commit (id INTEGER PRIMARY KEY, writer INTEGER NOT NULL, number INTEGER NOT NULL);
        CREATE TABLE checkpoint (
          machine TEXT NOT NULL, sensor TEXT NOT NULL, axis TEXT NOT NULL, sequence INTEGER NOT NULL, state BLOB NOT NULL);
        CREATE UNIQUE INDEX checkpoint_id ON checkpoint (machine, sensor, axis);
        """,

        // The body is compressed JSON. Row ids grow with the time of writing, so the oldest are found without an index on it.
        """
        CREATE TABLE alarm_evidence (transition_id BLOB NOT NULL, body BLOB NOT NULL);
        CREATE UNIQUE INDEX alarm_evidence_transition ON alarm_evidence (transition_id);
        """,

        """
        CREATE TABLE dead_letter (
          id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
          received_unix_ns INTEGER NOT NULL, properties TEXT NOT NULL, bytes INTEGER NOT NULL, payload BLOB NOT NULL);
        """,

        """
        CREATE TABLE audit (
          id INTEGER PRIMARY KEY AUTOINCREMENT, time_unix_ms INTEGER NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL, address TEXT NOT NULL,
          what TEXT NOT NULL, status INTEGER NOT NULL);
        """,

        // Old history in wider buckets.
        """
        CREATE TABLE score_history_coarse (
          series INTEGER NOT NULL, bucket_unix_ns INTEGER NOT NULL, windows INTEGER NOT NULL, scored INTEGER NOT NULL, score_max REAL,
          score_sum REAL NOT NULL, p_min REAL, threshold REAL, state TEXT NOT NULL, status TEXT NOT NULL, last_unix_ns INTEGER NOT NULL,
          written_unix_s INTEGER NOT NULL, run INTEGER NOT NULL);
        CREATE UNIQUE INDEX score_history_coarse_bucket ON score_history_coarse (series, bucket_unix_ns);
        """,

        "CREATE TABLE subscription (client TEXT NOT NULL, broker TEXT NOT NULL, filter TEXT NOT NULL, UNIQUE (client, broker, filter));",

        // Whether a later transition of the same alarm has followed, and which is the latest.
        "CREATE INDEX alarm_transition_rule ON alarm_transition (machine, sensor, axis, rule);",
    ];

    /// <summary>The local store's file.</summary>
    public static StoreFormat Format { get; } = new(ApplicationId, PageBytes: 4096, PagesPerMerge: 1000, Steps);
}
