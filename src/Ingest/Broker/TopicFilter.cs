namespace Thrum.Ingest.Broker;

/// <summary>MQTT topic filters (MQTT 5.0, 4.7).</summary>
internal static class TopicFilter
{
    /// <summary>True for a filter whose wildcards stand where they may.</summary>
    public static bool IsValid(ReadOnlySpan<char> filter)
    {
        if (filter.IsEmpty || filter.Contains('\0'))
        {
            return false;
        }

        while (true)
        {
            int slash = filter.IndexOf('/');
            ReadOnlySpan<char> level = slash < 0 ? filter : filter[..slash];
            if (level.Length > 1 && level.ContainsAny('+', '#'))
            {
                return false;
            }

            if (slash < 0)
            {
                return true;
            }

            if (level is "#")
            {
                return false;
            }

            filter = filter[(slash + 1)..];
        }
    }

    /// <summary>True for a valid filter, also one that shares its subscription: <c>$share/group/filter</c> (MQTT 5.0, 4.8.2).</summary>
    public static bool IsValidSubscription(ReadOnlySpan<char> filter)
    {
        const string Share = "$share/";
        if (!filter.StartsWith(Share, StringComparison.Ordinal))
        {
            return IsValid(filter);
        }

        ReadOnlySpan<char> rest = filter[Share.Length..];
        int slash = rest.IndexOf('/');
        return slash > 0 && !rest[..slash].ContainsAny('+', '#') && !rest[..slash].Contains('\0') && IsValid(rest[(slash + 1)..]);
    }

    /// <summary>True when the topic matches; wildcards at the start do not match topics that start with <c>$</c> [MQTT-4.7.2-1].</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (topic.StartsWith("$"u8) && !filter.StartsWith("$"u8))
        {
            return false;
        }

        while (true)
        {
            if (filter.SequenceEqual("#"u8))
            {
                return true;
            }

            int filterSlash = filter.IndexOf((byte)'/');
            int topicSlash = topic.IndexOf((byte)'/');
            ReadOnlySpan<byte> wanted = filterSlash < 0 ? filter : filter[..filterSlash];
            ReadOnlySpan<byte> level = topicSlash < 0 ? topic : topic[..topicSlash];
            if (!wanted.SequenceEqual("+"u8) && !wanted.SequenceEqual(level))
            {
                return false;
            }

            if (topicSlash < 0)
            {
                // "a/#" matches "a" as well.
                return filterSlash < 0 || filter[(filterSlash + 1)..].SequenceEqual("#"u8);
            }

            if (filterSlash < 0)
            {
                return false;
            }

            filter = filter[(filterSlash + 1)..];
            topic = topic[(topicSlash + 1)..];
        }
    }
}
