using System.Text;

namespace Thrum.Gateway.Http.Access;

/// <summary>One log line per command, refused ones included: who, what, and what came of it.</summary>
internal sealed class CommandAudit(ILogger<CommandAudit> logger)
{
    private const int MaxText = 300;

    /// <summary>Tells what a request means and what came of it, once that is known.</summary>
    public static void Describe(HttpContext context, string what) => context.Features.Set(new Description(what));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                // Nobody reads the answer of a request that was cut off, and its command may still have taken effect.
                int? status = context.RequestAborted.IsCancellationRequested ? null : context.Response.StatusCode;
                string what = context.Features.Get<Description>()?.Text ?? context.Request.Path.ToString();
                Log.Command(logger, Who(context), Printable(what), status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "cut off");
            }
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
