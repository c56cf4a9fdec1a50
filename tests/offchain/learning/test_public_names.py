"""The package's public surface."""

import offchain.learning


def test_public_names() -> None:
    assert offchain.learning.__all__ == [
        *("ALLOWED", "PARTITIONERS", "BlobMeta", "Dataset", "Descriptor", "ExpectedMeta", "Learner", "TensorSpec"),
        *("TorchLearner", "Weights", "accuracy", "build", "cnn", "decode", "encode", "evaluate_all", "holdout"),
        *("initial_weights", "load", "load_digits", "load_leaf", "load_npz", "load_plugin", "load_weights"),
        *("max_blob_size", "mlp", "partition", "peek_meta", "split_member", "update_norm"),
    ]
    assert all(hasattr(offchain.learning, name) for name in offchain.learning.__all__)
