using System.Globalization;

namespace Thrum.Gateway.Http;

/// <summary>Pages of a list: <c>limit</c> entries, the next page being told by a <c>Link</c> header (RFC 8288).</summary>
internal static class Paging
{
    public const int MostPerPage = 1000;
    public const int UsualPerPage = 200;

    /// <summary>Why a limit cannot be served; null when it can.</summary>
    public static IResult? Fault(int? limit) => limit is null or (>= 1 and <= MostPerPage)
        ? null
        : Problems.BadRequest(FormattableString.Invariant($"limit is {limit}, expected a whole number from 1 to {MostPerPage}"));

    /// <summary>Answers with a list in its own order, or, where a page of it is asked for, with that page by name.</summary>
    /// <param name="context">The request.</param>
    /// <param name="rows">The list.</param>
    /// <param name="limit">How many the page may have; null for the usual number.</param>
    /// <param name="after">The name behind which the page begins; null for the beginning.</param>
    /// <param name="name">Name of a row, of which there is one.</param>
    public static IResult List<T>(HttpContext context, IEnumerable<T> rows, int? limit, string? after, Func<T, string> name) => limit is null && after is null
        ? Results.Json(rows)
        : Fault(limit) ?? Page(
            context, [.. rows.OrderBy(name, StringComparer.Ordinal).Where(row => string.CompareOrdinal(name(row), after) > 0).Take(limit ?? UsualPerPage)], limit ?? UsualPerPage, "after", name);

    /// <summary>Answers with a page, and tells where the next one is when this one is full.</summary>
    /// <param name="context">The request.</param>
    /// <param name="rows">The page.</param>
    /// <param name="limit">How many it may have.</param>
    /// <param name="parameter">The query parameter that names the last row seen.</param>
    /// <param name="key">What it says of a row.</param>
    public static IResult Page<T>(HttpContext context, IReadOnlyList<T> rows, int limit, string parameter, Func<T, object> key)
    {
        if (rows.Count == limit)
        {
            QueryString next = QueryString.Create(context.Request.Query.Where(pair => pair.Key != parameter))
                .Add(parameter, Convert.ToString(key(rows[^1]), CultureInfo.InvariantCulture)!);
            context.Response.Headers.Link = $"<{context.Request.Path.ToUriComponent()}{next.ToUriComponent()}>; rel=\"next\"";
        }

        return Results.Json(rows);
    }
}
