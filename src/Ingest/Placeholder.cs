namespace Thrum.Ingest;
