using System.Text;

namespace Thrum.Gateway.Cli;

/// <summary>
/// The other screen of a terminal, drawn a frame at a time over the one before, so that nothing flickers. What was on the terminal comes back when it is left. Thread-safe.
/// </summary>
/// <param name="to">The terminal.</param>
internal sealed class FrameScreen(TextWriter to) : IDisposable
{
    // The alternate screen without cursor and without wrapping: a character too wide for its column must not move the rest.
    private const string EnterText = "\e[?1049h\e[?25l\e[?7l\e[2J";

    // Cursor keys and keypad too: .NET puts them into application mode when it first looks at the terminal, and leaves them there.
    private const string LeaveText = "\e[?7h\e[?25h\e[?1049l\e[?1l\e>";

    private readonly Lock _gate = new();
    private bool _entered;

    public void Enter() => Switch(true);

    /// <summary>Leaves it as it was found; may be entered again.</summary>
    public void Leave() => Switch(false);

    /// <summary>Draws a frame; nothing while the screen is left.</summary>
    /// <param name="lines">Its lines, no more and no wider than the screen.</param>
    public void Show(IReadOnlyList<string> lines)
    {
        var frame = new StringBuilder("\e[H");
        for (int i = 0; i < lines.Count; i++)
        {
            // No line feed behind the last one: on the bottom line it would scroll.
            frame.Append(i > 0 ? "\r\n" : "").Append(lines[i]).Append("\e[0m\e[K");
        }

        frame.Append("\e[J");
        lock (_gate)
        {
            if (_entered)
            {
                Write(frame.ToString());
            }
        }
    }

    public void Dispose() => Leave();

    private void Switch(bool enter)
    {
        lock (_gate)
        {
            if (_entered != enter)
            {
                _entered = enter;
                Write(enter ? EnterText : LeaveText);
            }
        }
    }

    private void Write(string text)
    {
        to.Write(text);
        to.Flush();
    }
}
