namespace Thrum.Sink.Store;

/// <summary>What makes a database file one of ours, and how its pages are kept.</summary>
/// <param name="ApplicationId">Written to the file's <c>application_id</c>.</param>
/// <param name="PageBytes">Size of a page of a new file.</param>
/// <param name="PagesPerMerge">Pages in the write-ahead log at which it is merged into the file.</param>
/// <param name="Steps">The tables, as the steps that lead to them. Step n brings a file from <c>user_version</c> n to n + 1; a released step never changes.</param>
internal sealed record StoreFormat(int ApplicationId, int PageBytes, int PagesPerMerge, IReadOnlyList<string> Steps)
{
    /// <summary>The version this program reads and writes.</summary>
    public int Version => Steps.Count;
}
