using System.Text.Json;

namespace Thrum.Detector.Models;

/// <summary>One thing that training knows of a model and its card tells: nothing is computed from it.</summary>
/// <param name="Name">What it is about, such as <c>network</c>.</param>
/// <param name="Text">What there is to say.</param>
public sealed record CardFact(string Name, string Text)
{
    /// <summary>The metadata form: one JSON object with a text for each name.</summary>
    internal static string ToJson(IEnumerable<CardFact> facts) => JsonSerializer.Serialize(new OrderedDictionary<string, string>(facts.Select(fact => KeyValuePair.Create(fact.Name, fact.Text))));

    /// <summary>Reads the metadata form.</summary>
    /// <exception cref="FormatException">It is no JSON object of texts.</exception>
    internal static IReadOnlyList<CardFact> Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateObject().Select(fact => new CardFact(fact.Name, fact.Value.GetString() ?? ""))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("expected a JSON object of texts", e);
        }
    }
}
