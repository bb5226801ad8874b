using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Thrum.TestSupport;

/// <summary>
/// How tests wait: for what has to happen, however long a busy machine takes for it. The limit is for the test that would never end; no test may depend on it.
/// </summary>
public static class Patience
{
    /// <summary>Far above what anything takes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends with the task; fails the test when that never ends.</summary>
    public static Task InTime(this Task task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="InTime(Task)"/>
    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="InTime(Task)"/>
    public static Task InTime(this ValueTask task) => task.AsTask().InTime();

    /// <inheritdoc cref="InTime(Task)"/>
    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().InTime();

    /// <summary>Asks a condition now and then until it holds.</summary>
    /// <param name="condition">A fault of the network counts as no.</param>
    /// <param name="what">What is waited for, as the test's failure says it.</param>
    public static Task UntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        UntilAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string)"/>
    public static Task UntilAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        UntilAsync(condition, () => what);

    /// <summary>Asks a condition now and then until it holds.</summary>
    /// <param name="condition">A fault of the network counts as no.</param>
    /// <param name="what">Says at the end what was waited for, and how things stood.</param>
    /// <param name="within">How long; <see cref="Limit"/> where it is null.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? within = null)
    {
        TimeSpan limit = within ?? Limit;
        long start = TimeProvider.System.GetTimestamp();
        while (!await AskAsync(condition))
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"Waited {limit} in vain: {what()}");
            }

            await Task.Delay(PollInterval, TimeProvider.System);
        }
    }

    private static async Task<bool> AskAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or IOException)
        {
            return false;
        }
    }
}
