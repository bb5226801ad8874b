namespace Thrum.Sink.Store;

/// <summary>The tables, as the steps that lead to them. Step n brings a database from <c>user_version</c> n to n + 1; a released step never changes.</summary>
internal static class StoreSchema
{
    /// <summary>Written to the file's <c>application_id</c>: "Thrm".</summary>
    public const int ApplicationId = 0x5468726D;

    public static readonly string[] Steps =
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

        // The body is compressed JSON. Row ids grow with the time of writing, so the oldest are found without an index on it.
        """
        CREATE TABLE alarm_evidence (transition_id BLOB NOT NULL, body BLOB NOT NULL);
        CREATE UNIQUE INDEX alarm_evidence_transition ON alarm_evidence (transition_id);
        """,
    ];

    /// <summary>The version this program reads and writes.</summary>
    public static int Version => Steps.Length;
}
