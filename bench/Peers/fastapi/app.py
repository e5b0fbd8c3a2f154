"""FastAPI as the demos have it: orders in memory, a path operation that returns one of them."""

import json
import os

from fastapi import FastAPI, HTTPException

with open(os.environ["BENCH_ORDERS"], encoding="utf-8") as file:
    ORDERS = {order["id"]: order for order in json.load(file)}

app = FastAPI()


@app.get("/health")
async def health():
    return {}


@app.get("/orders/{order_id}")
async def get_order(order_id: int):
    order = ORDERS.get(order_id)
    if order is None:
        raise HTTPException(status_code=404)
    return order
