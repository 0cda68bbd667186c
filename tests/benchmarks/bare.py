"""What every figure is held against: Flask with one route that answers a constant."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def constant():
    return {"status": "unverified"}
