using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thrum.Training.Trainer;

namespace Thrum.Training.Search;

/// <summary>What trials came to, one JSON document a line: the result of a fold and the values of its point. Not thread-safe.</summary>
/// <param name="path">The file; made if need be, appended to.</param>
internal sealed class TrialLog(string path)
{
    // A file that people read: signs in losses and models stay as they are.
    private static readonly JsonSerializerOptions Line = new(TrainingCheckpoint.Json) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The results by their keys. A line that was cut off by the end of an earlier run is passed over; those of earlier versions have no point, and NaN as a text.</summary>
    public Dictionary<string, FoldResult> Read()
    {
        var done = new Dictionary<string, FoldResult>();
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize<FoldResult>(line, TrainingCheckpoint.Json) is { Key: not null } result)
                {
                    done[result.Key] = result;
                }
            }
            catch (JsonException)
            {
                continue;
            }
        }

        return done;
    }

    /// <summary>Ends a line that was cut off, so that the next one stands alone.</summary>
    public void EndLastLine()
    {
        using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }
    }

    /// <summary>Adds a line.</summary>
    public void Append(SearchPoint point, FoldResult result)
    {
        JsonObject line = JsonSerializer.SerializeToNode(result, Line)!.AsObject();
        line["point"] = new JsonObject(point.Names.Zip(point.Values, (name, value) => KeyValuePair.Create(name, (JsonNode?)value)));
        File.AppendAllText(path, line.ToJsonString(Line) + "\n");
    }
}
