using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Thrum.Delivery;

/// <summary>One round of the peers' tool that sends prepared bodies, six fields and two tags a point; no two rounds write the same points.</summary>
/// <param name="tool">The peers' <c>tsdb_ingest.py</c>.</param>
/// <param name="port">The database's port on loopback.</param>
/// <param name="points">Points of a round, a multiple of 5000.</param>
internal sealed class PeersCeiling(string tool, int port, int points)
{
    private long _offset;

    public async Task<double> SendAsync()
    {
        string[] arguments =
        [
            tool, "--name", "victoria-metrics", "--port", port.ToString(CultureInfo.InvariantCulture), "--path", "/api/v2/write?org=&bucket=bench&precision=ns",
            "--batches", (points / 5000).ToString(CultureInfo.InvariantCulture), "--rounds", "1", "--offset", _offset.ToString(CultureInfo.InvariantCulture),
        ];
        _offset += points;
        using Process process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true })!;
        string answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        using JsonDocument json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("points_per_s").GetDouble();
    }
}
