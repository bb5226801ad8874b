using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Tests.Support;

/// <summary>An endpoint that needs a token.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Template">Its path as the OpenAPI document has it.</param>
/// <param name="Role">The least role.</param>
/// <param name="Good">A good request: path and query; <c>{id}</c> stands for the alarm that the test gateway keeps.</param>
/// <param name="Status">What the test gateway answers to it.</param>
/// <param name="Bad">A wrong request; null where there is nothing to do wrong.</param>
/// <param name="BadStatus">What it answers to that.</param>
internal sealed record EndpointRow(string Method, string Template, AccessRole Role, string Good, int Status, string? Bad, int BadStatus)
{
    /// <summary>Body of the good request.</summary>
    public string? Body { get; init; }

    /// <summary>Body of the good request where it is a model.</summary>
    public byte[]? Onnx { get; init; }

    /// <summary>Body of the wrong request.</summary>
    public string? BadBody { get; init; }

    public override string ToString() => $"{Method} {Template}";
}

/// <summary>Every endpoint that needs a token: a new one without a row here fails a test.</summary>
internal static class Endpoints
{
    private const string Alarm = "/api/v1/alarms/{machine}/{sensor}/{axis}/{rule}/";
    private const string PumpAlarm = "/api/v1/alarms/pump/s/x/baseline-rms/";
    private const string Model = "/api/v1/models/{name}";
    private const string Axis = "/api/v1/sensors/{machine}/{sensor}/{axis}";

    /// <summary>Template of the one that takes a model.</summary>
    public const string Upload = Model + "/upload";

    public static IReadOnlyList<EndpointRow> All { get; } =
    [
        Get("/metrics"),
        Get("/api/v1/machines", bad: "/api/v1/machines?limit=0"),
        Get("/api/v1/sensors", bad: "/api/v1/sensors?limit=0"),
        Get(Axis, "/api/v1/sensors/pump/s/x", "/api/v1/sensors/pump/s/y", 404),
        Get(Axis + "/calibration", "/api/v1/sensors/pump/s/x/calibration", "/api/v1/sensors/pump/s/x/calibration?band=slow", 404),
        Post(Axis + "/calibration/propose", "/api/v1/sensors/pump/s/x/calibration/propose", """{"hours":1}""", 409) with { BadBody = """{"hours":-1}""" },
        Post(Axis + "/calibration/confirm", "/api/v1/sensors/pump/s/x/calibration/confirm", """{"id":"0123456789abcdef"}""", 404) with { BadBody = "{}" },
        Post(Axis + "/calibration/restore", "/api/v1/sensors/pump/s/x/calibration/restore", "{}", 409),
        Get(Axis + "/waveform", "/api/v1/sensors/pump/s/x/waveform?format=wav", "/api/v1/sensors/pump/s/x/waveform?newest=0"),
        Get(Axis + "/spectrum", "/api/v1/sensors/pump/s/x/spectrum", "/api/v1/sensors/fan/s/x/spectrum", 404),
        Get(Axis + "/spectrogram", "/api/v1/sensors/pump/s/x/spectrogram", "/api/v1/sensors/pump/s/y/spectrogram", 404),
        Get("/api/v1/alarms", bad: "/api/v1/alarms?state=loud"),
        Get("/api/v1/alarms/active", bad: "/api/v1/alarms/active?limit=1001"),
        Get("/api/v1/alarms/{id}", "/api/v1/alarms/{id}", "/api/v1/alarms/00000000-0000-0000-0000-000000000001", 404),
        Get("/api/v1/alarms/{id}/evidence", "/api/v1/alarms/{id}/evidence", "/api/v1/alarms/00000000-0000-0000-0000-000000000001/evidence", 404),
        Get("/api/v1/alarms/{id}/waveform", "/api/v1/alarms/{id}/waveform?format=npy", "/api/v1/alarms/{id}/waveform?format=mp3"),
        Get("/api/v1/history", "/api/v1/history?machine=pump", "/api/v1/history"),
        Get("/api/v1/live"),
        Get("/api/v1/gateway"),
        Get("/api/v1/models", bad: "/api/v1/models?limit=-1"),
        Get(Model, "/api/v1/models/tiny", "/api/v1/models/none", 404),
        Get(Model + "/card", "/api/v1/models/tiny/card", "/api/v1/models/none/card", 404),
        Get(Model + "/shadow", "/api/v1/models/tiny/shadow", "/api/v1/models/none/shadow", 404),
        Get("/api/v1/calibration"),
        Get("/api/v1/learning", bad: "/api/v1/learning?limit=x"),
        Get("/api/v1/storage"),
        Get("/api/v1/dead-letters", bad: "/api/v1/dead-letters?before=x"),
        Get("/api/v1/dead-letters/{id}", "/api/v1/dead-letters/1", "/api/v1/dead-letters/77", 404) with { Role = AccessRole.Operator },
        Get("/api/v1/audit", bad: "/api/v1/audit?limit=1001") with { Role = AccessRole.Operator },
        Get("/api/v1/configuration") with { Role = AccessRole.Admin },
        Post(Alarm + "acknowledge", PumpAlarm + "acknowledge", "{}", 409),
        Post(Alarm + "unshelve", PumpAlarm + "unshelve", "{}", 409),
        Post(Alarm + "reset", PumpAlarm + "reset", "{}", 409),
        Post(Alarm + "this-was-normal", PumpAlarm + "this-was-normal", "{}", 409),
        Post(Alarm + "restore-levels", PumpAlarm + "restore-levels", "{}", 409),
        Post(Alarm + "shelve", PumpAlarm + "shelve", """{"minutes":5}""", 200),
        Post("/api/v1/machines/{machine}/maintenance/begin", "/api/v1/machines/pump/maintenance/begin", "{}", 200),
        Post("/api/v1/machines/{machine}/maintenance/end", "/api/v1/machines/pump/maintenance/end", "{}", 409),
        Post(Model + "/reload", "/api/v1/models/tiny/reload", "{}", 200) with { Role = AccessRole.Admin },
        Post(Model + "/promote", "/api/v1/models/tiny/promote", "{}", 200) with { Role = AccessRole.Admin },
        Post(Upload, "/api/v1/models/tiny/upload?as=shadow", "", 200) with { Role = AccessRole.Admin, Body = null, Onnx = TinyModel.Bytes, BadStatus = 415 },
    ];

    /// <summary>The names of the rows, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(row => row.ToString())];

    public static EndpointRow Of(string name) => All.Single(row => row.ToString() == name);

    private static EndpointRow Get(string template, string? good = null, string? bad = null, int badStatus = 400, int status = 200) =>
        new("GET", template, AccessRole.Viewer, good ?? template, status, bad, badStatus);

    private static EndpointRow Post(string template, string path, string body, int status) =>
        new("POST", template, AccessRole.Operator, path, status, path, 400) { Body = body, BadBody = "{" };
}
