using System.Text;
using Thrum.Ingest.Mqtt;

namespace Thrum.Gateway.Doctor;

/// <summary>Keeps the newest payload, short ones only, and otherwise lets messages pass.</summary>
internal sealed class NewestMessage : IMessageHandler
{
    private const int LongestText = 100;

    private string? _text;

    /// <summary>The newest payload as text; null before the first.</summary>
    public string? Text => Volatile.Read(ref _text);

    public PublishVerdict OnPublish(in PublishView message)
    {
        if (message.Payload.Length <= LongestText)
        {
            Volatile.Write(ref _text, Encoding.UTF8.GetString(message.Payload));
        }

        return PublishVerdict.Taken;
    }

    public void OnOversized(in PublishView beginning, long bytes)
    {
        // Nothing is made of messages here.
    }

    public ValueTask FlushAsync(CancellationToken ct) => ValueTask.CompletedTask;
}
