namespace Thrum.Gateway.Cli;

/// <summary>The name that a mistyped word was probably meant to be.</summary>
internal static class Nearest
{
    // Shorter beginnings are those of too many names.
    private const int LeastBeginning = 3;

    /// <summary>The nearest of the names: one that the word begins, or that begins it, or that differs in at most a third of its letters; null where none is near.</summary>
    public static string? To(string word, IEnumerable<string> names)
    {
        string bare = word.TrimStart('-');
        (string Name, int Distance)[] near = [.. names.Select(name => (name, Distance: Distance(bare, name.TrimStart('-')))).OrderBy(pair => pair.Distance)];
        return near.Where(pair => pair.Distance <= Math.Max(1, bare.Length / 3) && pair.Distance < bare.Length).Select(pair => pair.Name).FirstOrDefault()
            ?? near.Where(pair => Begins(bare, pair.Name.TrimStart('-'))).Select(pair => pair.Name).FirstOrDefault();
    }

    private static bool Begins(string word, string name) =>
        Math.Min(word.Length, name.Length) >= LeastBeginning && (name.StartsWith(word, StringComparison.OrdinalIgnoreCase) || word.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Letters to put in, leave out, replace or swap with their neighbour (optimal string alignment); case does not count.</summary>
    internal static int Distance(string from, string to)
    {
        (string a, string b) = (from.ToLowerInvariant(), to.ToLowerInvariant());
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
