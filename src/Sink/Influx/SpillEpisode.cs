using Microsoft.Extensions.Logging;

namespace Thrum.Sink.Influx;

/// <summary>Says once each that points go through the outbox, that it is full, and that it is empty again.</summary>
internal sealed class SpillEpisode(InfluxOptions options, ILogger logger)
{
    private volatile bool _spilling;
    private bool _saidFull;

    public void Begin()
    {
        if (!_spilling)
        {
            _spilling = true;
            logger.SpillBegan(options.Id);
        }
    }

    public void End()
    {
        if (_spilling)
        {
            _spilling = false;
            logger.SpillEnded(options.Id);
        }
    }

    public void Full()
    {
        if (!_saidFull)
        {
            _saidFull = true;
            logger.OutboxFull(options.Id, options.OutboxBytes);
        }
    }

    public void HasRoom() => _saidFull = false;
}
