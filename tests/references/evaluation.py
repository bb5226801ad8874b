"""Reference figures for tests/Training.Tests/Evaluation, computed from their definitions with NumPy: all pairs, weights, sets of indices.

Run from the repository's root: python3 tests/references/evaluation.py
It writes tests/references/training/evaluation.json. Needs numpy.
"""
import json
import os

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "training")


def at(healthy, anomalous, threshold):
    truth = np.r_[np.zeros(len(healthy), bool), np.ones(len(anomalous), bool)]
    flagged = np.r_[healthy, anomalous] >= threshold

    def precision_recall(weights):
        right = weights[truth & flagged].sum()
        precision, recall = right / weights[flagged].sum(), right / weights[truth].sum()
        return precision, recall, 0.0 if right == 0 else 2 * precision * recall / (precision + recall)

    precision, recall, f1 = precision_recall(np.ones(len(truth)))
    # Balanced: each group weighs as much as the other in total.
    balanced_precision, _, balanced_f1 = precision_recall(np.where(truth, 1 / len(anomalous), 1 / len(healthy)))
    return {
        "threshold": float(threshold), "f1": f1, "precision": precision, "recall": recall,
        "falseAlarmRate": float(np.mean(flagged[~truth])), "missedAlarmRate": float(np.mean(~flagged[truth])),
        "balancedAccuracy": float(np.mean([np.mean(flagged[truth]), np.mean(~flagged[~truth])])),
        "balancedPrecision": balanced_precision, "balancedF1": balanced_f1,
    }


def auroc(healthy, anomalous):
    """Over all pairs."""
    return float(np.mean((anomalous[:, None] > healthy) + 0.5 * (anomalous[:, None] == healthy)))


def auprc(curve):
    """Steps of recall times precision, from the strictest threshold on."""
    recall = np.array([0.0] + [p["recall"] for p in curve])
    return float(np.sum(np.diff(recall) * [p["precision"] for p in curve]))


def scores():
    """Scores in steps of 0.1 so that many are tied."""
    random = np.random.RandomState(11)
    cases = []
    for n_healthy, n_anomalous, shift in ((40, 30, 1.0), (120, 9, 0.5), (25, 25, 0.0), (60, 20, 8.0)):
        healthy = np.round(random.normal(0, 1, n_healthy), 1)
        anomalous = np.round(random.normal(shift, 1.5, n_anomalous), 1)
        curve = [at(healthy, anomalous, t) for t in np.unique(np.r_[healthy, anomalous])[::-1]]
        cases.append({
            "healthy": healthy.tolist(), "anomalous": anomalous.tolist(),
            "auroc": auroc(healthy, anomalous), "auprc": auprc(curve),
            "curve": curve, "bestF1": max(p["f1"] for p in curve), "bestBalanced": max(p["balancedAccuracy"] for p in curve),
        })
    return cases


def stretches(flags):
    edges = np.flatnonzero(np.diff(np.r_[0, np.asarray(flags, int), 0]))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist()))


def events():
    random = np.random.RandomState(12)
    cases = []
    for length, rate in ((80, 0.3), (200, 0.1), (200, 0.8), (30, 0.0), (30, 1.0)):
        labels = np.repeat(random.rand(length // 5) < 0.3, 5)
        alarms = random.rand(length) < rate
        # An alarm counts where it is raised: what stood before an event begins finds nothing.
        raised = np.array([start for start, _ in stretches(alarms)], int)
        delays, already = [], 0
        for start, end in stretches(labels):
            hits = raised[(raised >= start) & (raised < end)]
            delays.append(int(hits[0] - start) if len(hits) else None)
            already += int(len(hits) == 0 and alarms[start])
        false = int((~labels[raised]).sum())
        cases.append({"labels": labels.astype(int).tolist(), "alarms": alarms.astype(int).tolist(), "delays": delays, "falseEvents": false, "alreadyRaised": already})
    return cases


with open(os.path.join(FOLDER, "evaluation.json"), "w") as file:
    json.dump({"scores": scores(), "events": events()}, file, separators=(",", ":"))
    file.write("\n")
