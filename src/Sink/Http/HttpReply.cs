using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Thrum.Sink.Http;

/// <summary>What one attempt came to.</summary>
internal enum ReplyKind
{
    /// <summary>The server took it.</summary>
    Accepted,

    /// <summary>Worth trying again: no connection, no answer in time, 408, 429 or 5xx.</summary>
    Transient,

    /// <summary>The content is at fault: 400 or 422.</summary>
    Refused,

    /// <summary>Too much at once: 413.</summary>
    TooLarge,

    /// <summary>Address or rights are at fault (other 3xx and 4xx): people have to act, so it is tried again slowly.</summary>
    Misconfigured,
}

/// <summary>The outcome of one attempt.</summary>
/// <param name="Kind">What to do next.</param>
/// <param name="Words">What the server or the connection said, in one short line.</param>
/// <param name="RetryAfter">How long the server asks to wait.</param>
/// <param name="Status">The status, or null without an answer.</param>
internal readonly record struct HttpReply(ReplyKind Kind, string Words, TimeSpan? RetryAfter, HttpStatusCode? Status = null)
{
    /// <summary>Longest part of a server's words that is kept.</summary>
    private const int MaxWords = 300;

    public static HttpReply Accepted { get; } = new(ReplyKind.Accepted, "", null);

    /// <summary>Reads what a response means and says.</summary>
    public static async ValueTask<HttpReply> FromAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return Accepted;
        }

        return Of(response.StatusCode, await ReadWordsAsync(response, cancellationToken), WaitOf(response, time));
    }

    /// <summary>What a status other than success means.</summary>
    public static HttpReply Of(HttpStatusCode code, string words, TimeSpan? retryAfter)
    {
        string status = ((int)code).ToString(CultureInfo.InvariantCulture);
        return new HttpReply(KindOf(code), words.Length > 0 ? $"{status}: {Cut(words)}" : status, retryAfter, code);
    }

    /// <summary>Nothing came within the time that an attempt has.</summary>
    public static HttpReply NoAnswer(TimeSpan timeout) => new(ReplyKind.Transient, FormattableString.Invariant($"no answer within {timeout.TotalSeconds} s"), null);

    /// <summary>The words of a failed connection.</summary>
    public static HttpReply FromError(Exception error) => new(ReplyKind.Transient, Cut(error.Message), null);

    private static ReplyKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => ReplyKind.Refused,
        HttpStatusCode.RequestEntityTooLarge => ReplyKind.TooLarge,
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => ReplyKind.Transient,
        _ => ReplyKind.Misconfigured,
    };

    private static TimeSpan? WaitOf(HttpResponseMessage response, TimeProvider time)
    {
        if (response.Headers.RetryAfter is not { } header)
        {
            return null;
        }

        TimeSpan? wait = header.Delta ?? (header.Date - time.GetUtcNow());
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static async ValueTask<string> ReadWordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[4096];
        try
        {
            await using System.IO.Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            string text = Encoding.UTF8.GetString(bytes, 0, length);
            return ErrorIn(text) ?? text;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            return "";
        }
    }

    /// <summary>The message inside an error document: InfluxDB 1 says <c>error</c>, 2 and 3 say <c>message</c>.</summary>
    private static string? ErrorIn(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            foreach (string name in (ReadOnlySpan<string>)["error", "message"])
            {
                if (document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String)
                {
                    return value.GetString();
                }
            }

            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Cut(string text)
    {
        StringBuilder line = new(Math.Min(text.Length, MaxWords));
        foreach (char c in text.AsSpan().Trim())
        {
            if (line.Length == MaxWords)
            {
                line.Append('…');
                break;
            }

            line.Append(char.IsControl(c) ? ' ' : c);
        }

        return line.ToString();
    }
}
