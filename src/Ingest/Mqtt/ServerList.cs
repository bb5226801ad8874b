namespace Thrum.Ingest.Mqtt;

/// <summary>
/// Which broker to try next: the one a broker sent us to, then the one that served last, because it holds the session, then the
/// others in their order. Not thread-safe.
/// </summary>
internal sealed class ServerList(MqttSessionOptions options)
{
    private readonly MqttServer[] _servers = [new MqttServer(options.Host, options.Port), .. options.Fallbacks];
    private MqttServer? _redirect;
    private int _served;

    /// <summary>The broker that served last or is to be tried first.</summary>
    public MqttServer Current => _redirect ?? _servers[_served];

    /// <summary>Who is to be tried in one attempt, in order.</summary>
    public IReadOnlyList<MqttServer> Candidates()
    {
        var candidates = new List<MqttServer>(_servers.Length + 1);
        if (_redirect is { } target)
        {
            candidates.Add(target);
        }

        for (int i = 0; i < _servers.Length; i++)
        {
            candidates.Add(_servers[(_served + i) % _servers.Length]);
        }

        return candidates;
    }

    public void Served(MqttServer server)
    {
        int index = Array.IndexOf(_servers, server);
        if (index >= 0)
        {
            (_served, _redirect) = (index, null);
        }
    }

    public void Failed(MqttServer server) => _redirect = _redirect == server ? null : _redirect;

    /// <summary>A broker has named another; the first of its references that can be read is tried next. Null: it named none.</summary>
    public MqttServer? Redirect(string reference)
    {
        foreach (string text in reference.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (MqttServer.TryParse(text, options.Port, out MqttServer server))
            {
                return _redirect = server;
            }
        }

        return null;
    }
}
