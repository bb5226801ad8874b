namespace Thrum.Gateway.Tests.Support;

/// <summary>Every endpoint that needs a token, with a good request for it and the status that the test gateway answers.</summary>
internal static class Endpoints
{
    private const string Alarm = "/api/v1/alarms/pump/s/x/baseline-rms/";

    public static TheoryData<string, string, string?, int> Guarded => new()
    {
        { "GET", "/metrics", null, 200 },
        { "GET", "/api/v1/sensors", null, 200 },
        { "GET", "/api/v1/alarms", null, 200 },
        { "GET", "/api/v1/alarms/active", null, 200 },
        { "GET", "/api/v1/alarms/{id}/evidence", null, 200 },
        { "GET", "/api/v1/history?machine=pump", null, 200 },
        { "GET", "/api/v1/live", null, 200 },
        { "GET", "/api/v1/gateway", null, 200 },
        { "GET", "/api/v1/models", null, 200 },
        { "GET", "/api/v1/openapi.json", null, 200 },
        { "POST", Alarm + "acknowledge", "{}", 409 },
        { "POST", Alarm + "unshelve", "{}", 409 },
        { "POST", Alarm + "reset", "{}", 409 },
        { "POST", Alarm + "shelve", """{"minutes":5}""", 200 },
        { "POST", "/api/v1/machines/pump/maintenance/begin", "{}", 200 },
        { "POST", "/api/v1/machines/pump/maintenance/end", "{}", 409 },
        { "POST", "/api/v1/models/pump/reload", "{}", 404 },
        { "POST", "/api/v1/models/pump/promote", "{}", 404 },
        { "GET", "/api/v1/models/pump/shadow", null, 404 },
    };
}
