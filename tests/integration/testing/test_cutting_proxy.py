"""A proxy has counted what its clients get, however many read at once."""

import socket
from threading import Thread

import pytest

from tests.support.cutting_proxy import CuttingProxy

PIECES = [b"some", b"more", b"last"]


class Client(socket.socket):
    """Notes what the proxy had counted before this client could see a piece."""

    proxy: CuttingProxy
    counted: tuple[int, ...] = ()

    def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]
        self.counted += (self.proxy.sent,)
        super().sendall(data, flags)


@pytest.mark.parametrize(
    ("cuts", "counted"), [([], (4, 8, 12)), ([6], (4, 6)), ([4], (4,)), ([1, 9], (1,))], ids=["all", "6", "4", "1"]
)
def test_what_a_client_gets_is_counted_before(cuts: list[int], counted: tuple[int, ...]) -> None:
    proxy = CuttingProxy(0, cuts)
    here, near = socket.socketpair()
    there, far = socket.socketpair()
    client = Client(fileno=near.detach())
    client.proxy = proxy
    answering = Thread(target=proxy._answer, args=(far, client))
    answering.start()
    with here, there:
        for number, piece in enumerate(PIECES[: len(counted)]):
            there.sendall(piece)
            assert here.recv(10) == piece[: counted[number] - 4 * number]
        there.close()
        answering.join()
    proxy.close()
    assert client.counted == counted
