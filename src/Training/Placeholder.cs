namespace Thrum.Training;
