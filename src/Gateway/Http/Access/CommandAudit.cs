using System.Globalization;
using System.Text;
using Thrum.Gateway.Configuration;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Http.Access;

/// <summary>
/// One log line per command, refused ones included: who, what, and what came of it. Those of people whose role allows them are kept in the store too; a stranger's are
/// not, or they would push out what matters.
/// </summary>
internal sealed class CommandAudit(AuditTrail? trail, TimeProvider time, ILogger<CommandAudit> logger)
{
    /// <summary>A disk that hangs must not hold up the answer; the entry is kept once it works again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private const int MaxText = 300;

    /// <summary>Tells what a request means and what came of it, once that is known.</summary>
    public static void Describe(HttpContext context, string what) => context.Features.Set(new Description(what));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        // Kept before the answer leaves: who has it can read the entry.
        bool isTold = false;
        context.Response.OnStarting(() => TellAsync(context.Response.StatusCode));
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            // Nobody reads the answer of a request that was cut off, and its command may still have taken effect.
            await TellAsync(context.RequestAborted.IsCancellationRequested ? null : context.Response.StatusCode).ConfigureAwait(false);
        }

        async Task TellAsync(int? status)
        {
            if (!isTold)
            {
                isTold = true;
                string what = Printable(context.Features.Get<Description>()?.Text ?? context.Request.Path.ToString());
                Log.Command(logger, Who(context), what, status?.ToString(CultureInfo.InvariantCulture) ?? "cut off");
                await KeepAsync(context, what, status ?? 0).ConfigureAwait(false);
            }
        }
    }

    private async Task KeepAsync(HttpContext context, string what, int status)
    {
        if (trail is null || Caller.Of(context) is not { } caller || context.GetEndpoint() is null || status is StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests)
        {
            return;
        }

        using var limit = new CancellationTokenSource(LongestWait, time);
        try
        {
            string address = context.Connection.RemoteIpAddress?.ToString() ?? "";
            await trail.AddAsync(new AuditEntry(0, time.GetUtcNow(), caller.Name, ValueText.JsonName(caller.Role.ToString()), address, what, status), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or StoreException)
        {
            Log.AuditNotKept(logger, what);
        }
    }

    /// <summary>Foreign text as one line of bounded length.</summary>
    internal static string Printable(string text)
    {
        var line = new StringBuilder();
        foreach (char c in text.Length > MaxText ? text[..MaxText] + "…" : text)
        {
            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? '\uFFFD' : c);
        }

        return line.ToString();
    }

    private static string Who(HttpContext context) => Caller.Of(context) switch
    {
        null => $"nobody known at {context.Connection.RemoteIpAddress}",
        { Name.Length: 0 } => "somebody on this machine",
        { } caller => $"'{caller.Name}' at {context.Connection.RemoteIpAddress}",
    };

    private sealed record Description(string Text);
}
