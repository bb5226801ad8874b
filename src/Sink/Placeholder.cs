namespace Thrum.Sink;
