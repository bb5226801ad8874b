using Thrum.Detector.Alarms;

namespace Thrum.Sink.Store;

/// <summary>A transition and the message about it to every outbox that wants one.</summary>
internal sealed class TransitionMessages
{
    private readonly (ITransitionOutbox Target, long Sequence, OutboxBody Message)[] _messages;

    public TransitionMessages(AlarmTransition transition, IReadOnlyList<ITransitionOutbox> targets)
    {
        Transition = transition;
        _messages = [.. targets.Select(target => (target, target.Outbox.NextSequence(), target.Encode(transition)))];
    }

    public AlarmTransition Transition { get; }

    /// <summary>Inserts the messages inside the writer's transaction.</summary>
    public void Insert(StoreSession session)
    {
        foreach ((ITransitionOutbox target, long sequence, OutboxBody message) in _messages)
        {
            target.Outbox.Insert(session, sequence, in message);
        }
    }

    /// <summary>Counts the messages after the commit.</summary>
    public async ValueTask AddedAsync()
    {
        foreach ((ITransitionOutbox target, _, OutboxBody message) in _messages)
        {
            target.Outbox.Added(in message);
            await target.AddedAsync(1);
        }
    }
}

/// <summary>A destination of alarm transitions that keeps them in the outbox until they are delivered.</summary>
internal interface ITransitionOutbox
{
    /// <summary>Where its messages wait.</summary>
    Outbox Outbox { get; }

    /// <summary>The message about a transition; the same bytes at every call.</summary>
    OutboxBody Encode(AlarmTransition transition);

    /// <summary>Says that the outbox has new messages.</summary>
    ValueTask AddedAsync(int messages);
}
